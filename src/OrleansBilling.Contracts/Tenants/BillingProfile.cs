namespace OrleansBilling.Contracts.Tenants;

/// <summary>Who pays, as invoices name them. Asked for before the first payment and the first voucher.</summary>
/// <param name="Kind">A person or a company.</param>
/// <param name="Name">Of the person or the company, 1–200 characters.</param>
/// <param name="Email">Where invoices go.</param>
/// <param name="Address">1–400 characters, in lines.</param>
/// <param name="Country">ISO 3166-1 code of two letters, e.g. <c>VN</c>.</param>
/// <param name="TaxCode">Required of a company: 1–32 letters, digits, blanks, <c>-</c>, <c>.</c> and <c>/</c>.</param>
[GenerateSerializer, Immutable, Alias("billing-profile")]
public sealed record BillingProfile(
    [property: Id(0)] BillingProfileKind Kind, [property: Id(1)] string Name, [property: Id(2)] string Email, [property: Id(3)] string Address, [property: Id(4)] string Country,
    [property: Id(5)] string? TaxCode = null)
{
    /// <summary>The same without blanks around, and the country in capitals: as it is stored.</summary>
    public BillingProfile Trimmed() => new(
        Kind, Name.Trim(), Email.Trim(), Address.ReplaceLineEndings("\n").Trim(), Country.Trim().ToUpperInvariant(), string.IsNullOrWhiteSpace(TaxCode) ? null : TaxCode.Trim());

    /// <summary>The first thing that is wrong with it as it is stored; null when nothing is.</summary>
    public BillingProfileFault? Fault() =>
        !Enum.IsDefined(Kind) ? new("kind", "A profile is personal or of a company.")
        : !IsText(Name, 200) ? new("name", "A name has 1 to 200 characters, and no control characters.")
        : !EmailForm.IsAddress(Email) ? new("email", EmailForm.Rule)
        : !IsText(Address.Replace("\n", " ", StringComparison.Ordinal), 400) ? new("address", "An address has 1 to 400 characters, in lines, and no other control characters.")
        : !Countries.IsCode(Country) ? new("country", "A country is its ISO 3166-1 code of two letters, such as VN or JP.")
        : TaxCode is null && Kind == BillingProfileKind.Company ? new("taxCode", "A company has a tax code.")
        : TaxCode is not null && !IsTaxCode(TaxCode) ? new("taxCode", "A tax code has 1 to 32 letters, digits, blanks, '-', '.' and '/'.")
        : null;

    private static bool IsText(string text, int longest) => text.Length >= 1 && text.Length <= longest && !text.Any(char.IsControl);

    private static bool IsTaxCode(string text) => text.Length <= 32 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '.' or '/');
}

/// <summary>Whether a person or a company pays.</summary>
public enum BillingProfileKind
{
    /// <summary>A person.</summary>
    Personal = 1,

    /// <summary>A company.</summary>
    Company = 2,
}

/// <summary>What is wrong with a profile.</summary>
/// <param name="Field">Which part, as JSON names it.</param>
/// <param name="Rule">The rule that it breaks, as a sentence.</param>
[GenerateSerializer, Immutable, Alias("billing-profile-fault")]
public sealed record BillingProfileFault([property: Id(0)] string Field, [property: Id(1)] string Rule);
