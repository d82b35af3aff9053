using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Simulator;

/// <summary>A story cannot be read. The message names the place and the reason in one line.</summary>
public sealed class StoryException(string place, string reason) : Exception($"{place}: {reason}".ReplaceLineEndings(" "));

/// <summary>Something that happens in a story, at an instant.</summary>
public abstract record StoryEvent(string Place, DateTimeOffset At);

/// <summary>A credit arrives.</summary>
public sealed record CreditArrives(
    string Place, DateTimeOffset At, CreditKind Kind, Amount Amount, string Lot, Scope Scope, DateTimeOffset? Effective, DateTimeOffset? Expires) : StoryEvent(Place, At);

/// <summary>An operator makes a billing plan.</summary>
public sealed record PlanIsMade(string Place, DateTimeOffset At, string Plan, PlanTerms Terms, bool Renews) : StoryEvent(Place, At);

/// <summary>An operator says whether a plan renews.</summary>
public sealed record RenewalIsSwitched(string Place, DateTimeOffset At, string Plan, bool Renews) : StoryEvent(Place, At);

/// <summary>Another product charges the balance.</summary>
public sealed record ProductCharges(string Place, DateTimeOffset At, ProductCode Product, Amount Amount) : StoryEvent(Place, At);

/// <summary>Paid-in credit goes back to the payer; of a dispute with a hold on deletions until an instant.</summary>
public sealed record CreditTakenBack(string Place, DateTimeOffset At, Amount Amount, DateTimeOffset? HeldUntil) : StoryEvent(Place, At);

/// <summary>An operator puts the balance right.</summary>
public sealed record OperatorAdjusts(string Place, DateTimeOffset At, Adjustment Adjustment) : StoryEvent(Place, At);

/// <summary>A lot is revoked.</summary>
public sealed record LotIsRevoked(string Place, DateTimeOffset At, string Lot) : StoryEvent(Place, At);

/// <summary>A tenant asks something of a VM.</summary>
public sealed record TenantAsks(string Place, DateTimeOffset At, VmRequest Request, string Vm, string? Package) : StoryEvent(Place, At);

/// <summary>The machine platform reports a status on its own account.</summary>
public sealed record PlatformReports(string Place, DateTimeOffset At, string Vm, VmStatus Status) : StoryEvent(Place, At);

/// <summary>A story: packages, a policy, a platform, and what happens until when. All checked.</summary>
public sealed record Story(
    string Name,
    Currency Currency,
    PriceList Prices,
    BillingPolicy Policy,
    ImmutableDictionary<VmRequest, TimeSpan> PlatformDelays,
    ImmutableArray<StoryEvent> Events,
    DateTimeOffset Until,
    bool TellsWarnings)
{
    private static readonly ImmutableDictionary<string, VmRequest> Requests = new Dictionary<string, VmRequest>
    {
        ["create"] = VmRequest.Create, ["powerOn"] = VmRequest.PowerOn, ["reboot"] = VmRequest.Reboot, ["powerOff"] = VmRequest.PowerOff, ["delete"] = VmRequest.Delete,
    }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<VmRequest, string> DelayNames = new Dictionary<VmRequest, string>
    {
        [VmRequest.Create] = "create", [VmRequest.PowerOn] = "start", [VmRequest.PowerOff] = "stop", [VmRequest.Reboot] = "reboot", [VmRequest.Delete] = "delete",
    }.ToImmutableDictionary();

    /// <summary>Reads a story.</summary>
    /// <exception cref="StoryException">Names the place and the reason.</exception>
    public static Story Parse(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException broken)
        {
            throw new StoryException($"line {broken.LineNumber + 1}", "not JSON: " + broken.Message);
        }
        using (document) return Read(new Field("story", document.RootElement));
    }

    private static Story Read(Field root)
    {
        var currency = CurrencyCode.Find(root["currency"].Text()) ?? throw root["currency"].Wrong("expected USD, VND or JPY");
        var prices = new PriceList(ReadListCurrency(root, currency), ReadPackages(root["packages"]), ReadRates(root, currency));
        var policy = new BillingPolicy();
        if (root.Optional("policy") is { } numbers)
            policy = policy with
            {
                ChargeEvery = TimeSpan.FromMinutes(numbers.Optional("chargeEveryMinutes")?.Whole(1) ?? 15),
                DeleteAfter = TimeSpan.FromMinutes(numbers.Optional("deleteAfterMinutes")?.Whole(1) ?? 30),
                LowBalanceHours = numbers.Optional("lowBalanceHours")?.Whole(1) ?? 1,
            };
        var delays = DelayNames.ToImmutableDictionary(
            pair => pair.Key, pair => TimeSpan.FromSeconds(root.Optional("platform")?.Optional(pair.Value)?.Whole(0) ?? 0));
        var events = root["events"].Items().Select(field => ReadEvent(field, currency, prices.In(currency))).OrderBy(happening => happening.At).ToImmutableArray();
        RequireNewLots(events);
        return new Story(root.Optional("name")?.Text() ?? "story", currency, prices, policy, delays, events, ReadUntil(root["until"]), root.Optional("warnings")?.Truth() ?? false);
    }

    // Far from the last instant that a date can tell, so that what a story still plans at its end has one.
    private static DateTimeOffset ReadUntil(Field field) =>
        field.Instant() is { Year: < 3000 } until ? until : throw field.Wrong("expected an instant before the year 3000");

    private static ImmutableDictionary<string, Package> ReadPackages(Field field)
    {
        var packages = ImmutableDictionary.CreateBuilder<string, Package>();
        var id = 0;
        foreach (var item in field.Items())
        {
            var code = item["code"].Text();
            var versions = item["prices"].Items()
                .Select(price => new PriceVersion(++id, price["perHour"].Price(), price["from"].Instant()))
                .OrderBy(version => version.From).ToImmutableArray();
            if (versions.IsEmpty) throw item["prices"].Wrong("at least one price is needed");
            if (versions.DistinctBy(version => version.From).Count() != versions.Length) throw item["prices"].Wrong("two prices from the same instant");
            if (!packages.TryAdd(code, new Package(code, versions))) throw item["code"].Wrong($"a second package '{code}'");
        }
        return packages.ToImmutable();
    }

    private static Currency ReadListCurrency(Field root, Currency currency) => root.Optional("listCurrency") is not { } field ? currency
        : CurrencyCode.Find(field.Text()) is { } list && list != currency ? list : throw field.Wrong("expected USD, VND or JPY, another one than the currency");

    private static ImmutableArray<RateVersion> ReadRates(Field root, Currency currency)
    {
        if (root.Optional("listCurrency") is null) return root.Optional("rates") is { } idle ? throw idle.Wrong("exchange rates need a listCurrency") : [];
        var rates = root["rates"].Items().Select((item, index) => new RateVersion(index + 1, currency, item["rate"].Rate(), item["from"].Instant())).ToImmutableArray();
        if (rates.DistinctBy(rate => rate.From).Count() != rates.Length) throw root["rates"].Wrong("two exchange rates from the same instant");
        return rates;
    }

    private static StoryEvent ReadEvent(Field field, Currency currency, PriceList prices)
    {
        var (at, what, place) = (field["at"].Instant(), field["do"].Text(), field.Place);
        switch (what)
        {
            case "credit":
                var kind = field["kind"].Kind();
                var amount = field["amount"].PositiveAmount();
                if (kind == CreditKind.TopUp) return new CreditArrives(place, at, kind, amount, CreditLot.TopUp, Scope.AllProducts, null, null);
                var lot = field["lot"].Name();
                if (!CreditLot.IsId(lot)) throw field["lot"].Wrong("not a name for a lot");
                return new CreditArrives(place, at, kind, amount, lot, ReadScope(field), field.Optional("effective")?.Instant(), field.Optional("expires")?.Instant());
            case "adjust":
                return new OperatorAdjusts(place, at, field.Adjustment(new Adjustment(
                    currency, field["amount"].AmountOfEitherSign(), field["kind"].Kind(), field.Optional("lot")?.Name(), ReadScope(field), field.Optional("expires")?.Instant())));
            case "revoke":
                return new LotIsRevoked(place, at, field["lot"].Name());
            case "plan":
                return new PlanIsMade(place, at, field["plan"].PlanId(), ReadTerms(field, prices), field.Optional("renews")?.Truth() ?? false);
            case "renewal":
                return new RenewalIsSwitched(place, at, field["plan"].PlanId(), field["renews"].Truth());
            case "charge":
                var product = field["product"].Product();
                if (product == ProductCode.GpuVm) throw field["product"].Wrong("GPU VMs are charged by their meters");
                return new ProductCharges(place, at, product, field["amount"].PositiveAmount());
            case "takeBack":
                var held = field.Optional("heldUntil");
                return held is null || held.Instant() > at ? new CreditTakenBack(place, at, field["amount"].PositiveAmount(), held?.Instant()) : throw held.Wrong("expected an instant after this one");
            case "status":
                return Enum.GetNames<VmStatus>().Contains(field["status"].Text())
                    ? new PlatformReports(place, at, field["vm"].Name(), Enum.Parse<VmStatus>(field["status"].Text()))
                    : throw field["status"].Wrong($"expected one of {string.Join(", ", Enum.GetNames<VmStatus>())}");
            default:
                if (!Requests.TryGetValue(what, out var request)) throw field["do"].Wrong("expected credit, plan, renewal, charge, adjust, revoke, create, powerOn, reboot, powerOff, delete, takeBack or status");
                var package = request == VmRequest.Create ? field["package"].Text() : null;
                if (package is not null && (!prices.Packages.TryGetValue(package, out var sold) || sold.InForceAt(at) is null))
                    throw field["package"].Wrong("no such package, or no price or exchange rate in force for it at that time");
                return new TenantAsks(place, at, request, field["vm"].Name(), package);
        }
    }

    private static Scope ReadScope(Field field) => Scope.Of(field.Optional("products")?.Items().Select(item => item.Product()) ?? []);

    private static PlanTerms ReadTerms(Field field, PriceList prices)
    {
        var amount = field["amount"].PositiveAmount();
        var own = field.Optional("prices")?.Items().Select(item => prices.Packages.ContainsKey(item["package"].Text())
            ? new OwnPrice(item["package"].Text(), item["perHour"].Price())
            : throw item["package"].Wrong("no such package")) ?? [];
        var terms = new PlanTerms(
            field["plan"].PlanId(), ReadScope(field), field["from"].Instant(), field["to"].Instant(), amount, amount,
            PlanPayment.Upfront, [.. own]);
        try
        {
            return terms.Checked();
        }
        catch (ArgumentException wrong)
        {
            throw field.Wrong(wrong.Message);
        }
    }

    private static void RequireNewLots(IEnumerable<StoryEvent> events)
    {
        var seen = new HashSet<string>();
        foreach (var credit in events.OfType<CreditArrives>().Where(credit => credit.Kind != CreditKind.TopUp))
            if (!seen.Add(credit.Lot)) throw new StoryException($"{credit.Place}.lot", $"a second lot '{credit.Lot}'");
        seen.Clear();
        foreach (var made in events.OfType<PlanIsMade>())
            if (!seen.Add(made.Plan)) throw new StoryException($"{made.Place}.plan", $"a second plan '{made.Plan}'");
    }

    /// <summary>A JSON element that knows its place.</summary>
    private sealed record Field(string Place, JsonElement Element)
    {
        public Field this[string name] => Optional(name) ?? throw new StoryException($"{Place}.{name}", "missing");

        public Field? Optional(string name)
        {
            if (Element.ValueKind != JsonValueKind.Object) throw Wrong("expected an object");
            return Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? new Field($"{Place}.{name}", value) : null;
        }

        public IEnumerable<Field> Items() => Element.ValueKind == JsonValueKind.Array
            ? Element.EnumerateArray().Select((item, index) => new Field($"{Place}[{index}]", item))
            : throw Wrong("expected a list");

        public string Text()
        {
            try
            {
                return Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Wrong("expected a text");
            }
            catch (InvalidOperationException) // half of a character
            {
                throw Wrong("expected a text of whole characters");
            }
        }

        public string Name() => !string.IsNullOrWhiteSpace(Text()) ? Text() : throw Wrong("expected a name");

        public string PlanId() => !Name().Contains('/', StringComparison.Ordinal) && Name().Length <= 100 ? Name() : throw Wrong("expected a name of at most 100 characters without '/'");

        public bool Truth() => Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean() : throw Wrong("expected true or false");

        public int Whole(int least) => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var number) && number >= least
            ? number
            : throw Wrong($"expected a whole number, at least {least}");

        // Amounts and prices are texts, so that no reader of JSON rounds them.
        public Amount PositiveAmount() => Amount.TryParse(Text(), out var amount) && amount > Amount.Zero
            ? amount
            : throw Wrong("expected an amount above zero with at most 6 digits after the point");

        public Amount AmountOfEitherSign() => Amount.TryParse(Text(), out var amount) ? amount : throw Wrong("expected an amount with at most 6 digits after the point");

        public CreditKind Kind() => Text() switch
        {
            "topUp" => CreditKind.TopUp,
            "voucher" => CreditKind.Voucher,
            "billingPlan" => CreditKind.BillingPlan,
            _ => throw Wrong("expected topUp, voucher or billingPlan"),
        };

        public Adjustment Adjustment(Adjustment read)
        {
            try
            {
                return read.Checked();
            }
            catch (ArgumentException wrong)
            {
                throw new StoryException(Place, wrong.Message);
            }
        }

        public HourlyPrice Price() => Amount.TryParse(Text(), out var amount) && amount >= Amount.Zero
            ? new HourlyPrice(amount.Micros)
            : throw Wrong("expected a price of at least zero with at most 6 digits after the point");

        public ExchangeRate Rate() => ExchangeRate.TryParse(Text(), out var rate)
            ? rate
            : throw Wrong("expected an exchange rate above zero with at most 12 digits after the point");

        public ProductCode Product() => Attempt(() => ProductCode.Parse(Text()));

        public DateTimeOffset Instant() =>
            DateTimeOffset.TryParseExact(Text(), ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
                ? instant
                : throw Wrong("expected an instant such as 2026-03-02T10:00:00Z");

        public StoryException Wrong(string reason) => new(Place, $"{reason}; found {(Element.ValueKind == JsonValueKind.Undefined ? "nothing" : Element.GetRawText())}");

        private T Attempt<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (FormatException wrong)
            {
                throw new StoryException(Place, wrong.Message);
            }
        }
    }
}
