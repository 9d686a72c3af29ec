// Writes the results of statements as the tokens of a response.
import { SqlError } from '../model/errors.ts'
import type { Command, Outcome } from '../model/results.ts'
import {
  change,
  columnMetadata,
  done,
  doneStatus,
  doneToken,
  error,
  info,
  type ReturnValue,
  returnStatus,
  returnValue,
  row,
} from './tokens.ts'

interface Part {
  tokens: Buffer[]
  /** Undefined for what does not end a statement. */
  done: { status: number; count: number; command?: Command | undefined } | undefined
}

/** Writes the response to a batch: each statement ends with DONE, which says whether more follows. */
export function batchResponse(outcomes: Outcome[]): Buffer {
  const parts = outcomes.map(partFrom)
  if (!parts.at(-1)?.done) parts.push({ tokens: [], done: { status: 0, count: 0 } })
  return Buffer.concat(
    parts.flatMap(({ tokens, done: end }, index) => {
      const more = index < parts.length - 1 ? doneStatus.more : 0
      return end ? [...tokens, done(doneToken.batch, end.status | more, end)] : tokens
    }),
  )
}

/** Writes the response to a procedure: its statements, its status, what its parameters return, and DONEPROC. */
export function procedureResponse(outcomes: Outcome[], returned: ReturnValue[] = []): Buffer {
  const parts = outcomes.map(partFrom)
  const failed = outcomes.findLast((outcome) => outcome.kind === 'error')
  return Buffer.concat([
    ...parts.flatMap(({ tokens, done: end }) =>
      end ? [...tokens, done(doneToken.inProcedure, end.status | doneStatus.more, end)] : tokens,
    ),
    returnStatus(failed?.error.number ?? 0),
    ...returned.map(returnValue),
    done(doneToken.procedure, failed ? doneStatus.error : 0),
  ])
}

function partFrom(outcome: Outcome): Part {
  switch (outcome.kind) {
    case 'rows':
      return rowsPart(outcome)
    case 'count':
      return { tokens: [], done: { status: doneStatus.count, ...outcome } }
    case 'transaction':
      return { tokens: [change[outcome.change](outcome.id)], done: undefined }
    case 'message':
      return {
        tokens: [info(outcome.message.number, outcome.message.message, outcome.message)],
        done: undefined,
      }
    case 'error':
      return { tokens: [error(outcome.error)], done: { status: doneStatus.error, count: 0 } }
  }
}

function rowsPart({ columns, rows, counted, command = 'select' }: Extract<Outcome, { kind: 'rows' }>): Part {
  const header = columnMetadata(columns)
  try {
    const tokens = [header, ...rows.map((values) => row(columns, values))]
    return { tokens, done: { status: counted ? doneStatus.count : 0, count: rows.length, command } }
  } catch (cause) {
    // A number may turn out to be too large for its column only when it is written.
    if (!(cause instanceof SqlError)) throw cause
    return { tokens: [header, error(cause)], done: { status: doneStatus.error, count: 0 } }
  }
}
