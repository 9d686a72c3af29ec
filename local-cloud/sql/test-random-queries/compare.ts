// Asks the server random queries, many in a batch, and compares its answers with those that were calculated.
import assert from 'node:assert/strict'
import { type Connection, Request } from 'tedious'
import { type RandomQuery, randomQuery } from './queries.ts'
import { type Random, randomFrom } from './random.ts'
import { creationOf, randomTables, type Table } from './tables.ts'
import { folded, Unanswerable, type Value } from './values.ts'

const QUERIES_PER_BATCH = 50
const BATCHES_PER_TABLES = 4

/** Compares so many queries; the same seed makes the same queries. */
export async function compareQueries(connection: Connection, seed: number, count: number): Promise<void> {
  const random = randomFrom(seed)
  let tables: Table[] = []
  for (let done = 0; done < count; done += QUERIES_PER_BATCH) {
    if (done % (QUERIES_PER_BATCH * BATCHES_PER_TABLES) === 0) {
      tables = randomTables(random)
      await ask(connection, creationOf(tables))
    }
    const queries = random.times(QUERIES_PER_BATCH, () => answerable(random, tables))
    const { results, error } = await ask(connection, queries.map(({ sql }) => sql).join(';\n'))
    for (const [index, query] of queries.entries()) {
      const where = `Seed ${seed}, after ${done} queries:\n${query.sql}\n${creationOf(tables)}\n`
      assert.ok(results[index], `${where}${error}`)
      compareRows(results[index], query, where)
    }
  }
}

// A query that SQL Server would answer with an error is not asked.
function answerable(random: Random, tables: Table[]): RandomQuery {
  for (;;) {
    try {
      return randomQuery(random, tables)
    } catch (error) {
      if (!(error instanceof Unanswerable)) throw error
    }
  }
}

function ask(connection: Connection, sql: string): Promise<{ results: unknown[][][]; error: unknown }> {
  return new Promise((resolve) => {
    const results: unknown[][][] = []
    // A query that fails has told its columns at most: the rows of the ones before are whole.
    const request = new Request(sql, (error) => resolve({ results, error }))
    request.on('columnMetadata', () => results.push([]))
    request.on('row', (columns: Cell[]) => results.at(-1)?.push(columns.map(valueOfCell)))
    connection.execSqlBatch(request)
  })
}

interface Cell {
  metadata: { type: { name: string }; dataLength?: number }
  value: unknown
}

// tedious gives a bigint as text.
function valueOfCell({ metadata, value }: Cell): unknown {
  const isBigint = metadata.type.name === 'IntN' && metadata.dataLength === 8
  return isBigint && value !== null ? Number(value) : value
}

function compareRows(actual: unknown[][], query: RandomQuery, where: string): void {
  const shown = (rows: unknown[][]) => {
    const lines = rows.map((row) => JSON.stringify(row.map((value) => shownValue(value, query.takesAnyCase))))
    return query.isOrdered ? lines : lines.sort()
  }
  assert.deepEqual(shown(actual), shown(query.rows.map((row) => row.map(plainValue))), where)
}

// tedious gives a decimal as a number.
function plainValue(value: Value): unknown {
  return value !== null && typeof value === 'object' ? Number(value.digits) / 10 ** value.scale : value
}

function shownValue(value: unknown, takesAnyCase: boolean): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(12)) + 0
  if (typeof value !== 'string') return value
  return takesAnyCase ? folded(value) : value
}
