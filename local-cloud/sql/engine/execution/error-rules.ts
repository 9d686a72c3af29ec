// What an error ends: its statement, the batch, or the transaction too.
import { NOT_IMITATED, RaisedError, type SqlError } from '../../model/errors.ts'
import type { Session } from './session.ts'

// After these the next statement of the batch still runs, unless XACT_ABORT is on. After any other it does not.
const endsOnlyStatement = [
  220, 229, 232, 262, 515, 537, 544, 545, 547, 1505, 1779, 1913, 2601, 2627, 2628, 2705, 2714, 3701, 3725,
  3726, 3728, 3902, 3903, 4701, 4712, 4901, 4902, 6401, 8102, 8106, 8107, 8115, 8134, 15023, 15063, 15151,
  15247,
]

/** Failed conversions take the open transaction with them, whatever XACT_ABORT says. */
const failedConversions = [241, 242, 244, 245, 248, 8114, 8169]

// SQL Server finds these when it compiles a statement, before any TRY of the same batch can see them.
const bindingErrors = [
  107, 116, 120, 121, 128, 137, 141, 145, 206, 207, 208, 209, 213, 263, 264, 402, 1012, 1033, 4104, 8102,
  8117, 8120, 8155, 8158, 8159, 10709, 40515,
]

/** Whether the batch goes on after an error that no TRY has caught. */
export function continuesAfter(error: SqlError, session: Session): boolean {
  if (error instanceof RaisedError) return !error.endsBatch
  return !session.xactAbort && endsOnlyStatement.includes(error.number)
}

/** Whether an error rolls back the open transaction, or in a TRY leaves nothing else to do with it. */
export function dooms(error: SqlError, session: Session): boolean {
  // RAISERROR does not heed XACT_ABORT.
  if (error instanceof RaisedError && !error.endsBatch) return false
  return session.xactAbort || failedConversions.includes(error.number)
}

/** Whether a TRY catches an error. One that says what the local database does not do must reach the client. */
export function isCaught(error: SqlError): boolean {
  if (error instanceof RaisedError) return true
  return error.number !== NOT_IMITATED && error.class !== 15 && !bindingErrors.includes(error.number)
}
