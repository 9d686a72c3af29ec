// Ten thousand random queries, others each time: `npm run test:fuzz`. FUZZ_SEED repeats those that a failure names.
import { compareRandomQueries } from './test-random-queries/suite.ts'

await compareRandomQueries(10_000, Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000))
