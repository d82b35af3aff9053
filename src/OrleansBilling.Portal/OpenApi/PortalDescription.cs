using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Portal.Commands;
using OrleansBilling.Portal.Json;

namespace OrleansBilling.Portal.OpenApi;

/// <summary>The API's description at <c>/openapi/v1.json</c>: what the framework cannot see of how values are written.</summary>
internal static class PortalDescription
{
    public static void AddPortalDescription(this IServiceCollection services) => services.AddOpenApi("v1", description =>
    {
        // The host has routes of its own beside these.
        description.ShouldInclude = endpoint => endpoint.RelativePath?.Split('/')[0] is "api" or "operator";
        description.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Billing of a GPU cloud";
            document.Info.Version = "v1";
            document.Info.Description =
                "The region is that of the host, the tenant that of the session. Money is a string with 6 digits after the point, instants are UTC, "
                + "lengths of time whole seconds. Errors are problem+json with a reason in `code`.";
            return Task.CompletedTask;
        });
        description.AddOperationTransformer(AddIdempotencyKey);
        description.AddSchemaTransformer(DescribeValues);
    });

    /// <summary>Names the problems that an endpoint can answer.</summary>
    public static T Refuses<T>(this T endpoint, params int[] statuses) where T : IEndpointConventionBuilder
    {
        foreach (var status in statuses) endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        return endpoint;
    }

    private static Task AddIdempotencyKey(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiresIdempotencyKey>().Any()) return Task.CompletedTask;
        (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = IdempotencyKey.Header,
            In = ParameterLocation.Header,
            Required = true,
            Description = "Your name for this command. The same key with the same content at the same address is done once; with other content it is refused (409).",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Za-z0-9_-]{1,64}$" },
        });
        return Task.CompletedTask;
    }

    private static Task DescribeValues(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        // Types that are described once, by name, are allowed to be null where they are used; instants and lengths are described in place.
        var orNull = type == context.JsonTypeInfo.Type ? default : JsonSchemaType.Null;
        if (type == typeof(Amount) || type == typeof(HourlyPrice))
        {
            (schema.Type, schema.Pattern) = (JsonSchemaType.String, AmountJson.Pattern);
            schema.Examples = [JsonValue.Create("2.540000")];
        }
        else if (type == typeof(ExchangeRate))
        {
            (schema.Type, schema.Pattern) = (JsonSchemaType.String, ExchangeRateJson.Pattern);
            schema.Examples = [JsonValue.Create("25400.5")];
        }
        else if (type == typeof(Currency)) (schema.Type, schema.Enum) = (JsonSchemaType.String, ["USD", "VND", "JPY"]);
        else if (type == typeof(DateTimeOffset)) (schema.Type, schema.Format) = (JsonSchemaType.String | orNull, "date-time");
        else if (type == typeof(TimeSpan)) (schema.Type, schema.Format) = (JsonSchemaType.Integer | orNull, "int64");
        else if (type == typeof(HeldActions))
        {
            schema.Type = JsonSchemaType.Array;
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["stopping", "deletion"] };
        }
        else if (type == typeof(ProblemDetails))
        {
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            schema.Properties["code"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "The reason, e.g. insufficient_credit (with need, have, shortfall, currency, notCounted).",
            };
        }
        return Task.CompletedTask;
    }
}
