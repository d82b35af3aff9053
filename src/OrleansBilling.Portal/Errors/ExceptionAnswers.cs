using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using OrleansBilling.Client;
using OrleansBilling.Portal.Json;

namespace OrleansBilling.Portal.Errors;

/// <summary>What a request is answered that ended in an exception. Nothing of the inside is told.</summary>
internal sealed partial class ExceptionAnswers(ILogger<ExceptionAnswers> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = AnswerTo(exception);
        if (exception is BillingUnavailableException) context.Response.Headers.RetryAfter = "5";
        if (problem.StatusCode >= 500) LogFailure(log, context.Request.Method, context.Request.Path, exception);
        await problem.ExecuteAsync(context);
        return true;
    }

    private static ProblemHttpResult AnswerTo(Exception exception) => exception switch
    {
        RefusedException refused => refused.Problem,
        BillingUnavailableException => Problem.Of(
            StatusCodes.Status503ServiceUnavailable,
            "unavailable",
            "The billing system does not answer; whether this was done is unknown. Send it again with the same Idempotency-Key."),
        BadHttpRequestException { InnerException: JsonRefusedException json } => Problem.Of(
            StatusCodes.Status422UnprocessableEntity, json.Code, json.Message, ("at", json.Path)),
        BadHttpRequestException { InnerException: JsonException json } => Problem.Of(
            StatusCodes.Status400BadRequest, "malformed_body", BodyFault.Describe(json),
            ("at", json.Path ?? "$"), ("line", json.LineNumber + 1), ("column", json.BytePositionInLine + 1)),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } request => RequestFault.Describe(request),
        BadHttpRequestException request => Problem.OfStatus(request.StatusCode),
        // By convention a caller's mistake that names value and rule; the grains check what the portal cannot, like an end in the past.
        ArgumentException argument => Problem.Of(StatusCodes.Status422UnprocessableEntity, "invalid_request", FirstLine(argument)),
        _ => Problem.OfStatus(StatusCodes.Status500InternalServerError),
    };

    private static string FirstLine(ArgumentException argument)
    {
        var end = argument.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return end < 0 ? argument.Message : argument.Message[..end];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private static partial void LogFailure(ILogger log, string method, string path, Exception failure);
}
