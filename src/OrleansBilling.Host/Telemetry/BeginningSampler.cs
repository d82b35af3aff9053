using System.Diagnostics;
using OpenTelemetry.Trace;

namespace OrleansBilling.Host.Telemetry;

/// <summary>
/// Traces begin at a request or at a VM's quarter hour. A call that nothing led to begins none: silos that ask each other whether they live
/// and a sweep that looks into the database every few seconds would be most of all traces. Of those that begin it takes a part.
/// </summary>
internal sealed class BeginningSampler(double part) : Sampler
{
    private readonly TraceIdRatioBasedSampler some = new(part);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Client ? new SamplingResult(SamplingDecision.Drop) : some.ShouldSample(samplingParameters);
}
