using OpenTelemetry.Trace;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Host.Telemetry;

/// <summary>
/// Traces begin at a request or at a VM's quarter hour, and at nothing else: silos that ask each other whether they live, a sweep that looks into
/// the database every few seconds, timers and grains that are put away would be most of all traces. Of those that begin it takes a part.
/// </summary>
internal sealed class BeginningSampler(double part) : Sampler
{
    private const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn"; // what it is called until its route is known

    private readonly TraceIdRatioBasedSampler some = new(part);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Name is Request or BillingMetrics.Tick ? some.ShouldSample(samplingParameters) : new SamplingResult(SamplingDecision.Drop);
}
