// Decides which requests are traced: those of a sampled trace always, and a percentage of all others.
import { type Context, TraceFlags, trace } from '@opentelemetry/api'
import { type Sampler, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base'
import { SAMPLE_RATE } from './span-envelopes.ts'

/** Creates a sampler. It says on the span how many such spans are sent, and when a caller has decided it. */
export function createSampler(percent: number): Sampler {
  const ratio = new TraceIdRatioBasedSampler(percent / 100)
  return {
    shouldSample(context: Context, traceId: string) {
      const parent = trace.getSpanContext(context)
      const sampled = Boolean(parent && parent.traceFlags & TraceFlags.SAMPLED)
      if (parent && !parent.isRemote) {
        return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
      }
      if (sampled) {
        const attributes = { [SAMPLE_RATE]: 100, 'keyless_express.sampled_by': 'traceparent' }
        return { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes }
      }
      return { ...ratio.shouldSample(context, traceId), attributes: { [SAMPLE_RATE]: percent } }
    },
    toString: () => `KeylessExpressSampler{${percent}}`,
  }
}
