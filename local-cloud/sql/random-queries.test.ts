// Random queries, compared with the same queries calculated in JavaScript: always the same few hundred.
import { compareRandomQueries } from './test-random-queries/suite.ts'

await compareRandomQueries(300, 1)
