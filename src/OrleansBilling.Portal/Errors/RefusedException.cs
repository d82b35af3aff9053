using Microsoft.AspNetCore.Http.HttpResults;

namespace OrleansBilling.Portal.Errors;

/// <summary>Ends a request with a problem from where no result can be returned: while its parameters are read.</summary>
internal sealed class RefusedException(ProblemHttpResult problem) : Exception(problem.ProblemDetails.Detail)
{
    public RefusedException(int status, string code, string detail) : this(Errors.Problem.Of(status, code, detail))
    {
    }

    public ProblemHttpResult Problem => problem;
}
