// Translates the functions that tell the time. The clock of Azure SQL stands at UTC.
import { roundedMoment, ticksOf } from '../../../model/temporal.ts'
import { datetime, datetime2, datetimeoffset, type SqlType } from '../../../model/types.ts'
import { bind, type Context, converted, type Typed } from '../context.ts'
import { type SqlFunction, taking } from './arguments.ts'

export const clockFunctions: Record<string, SqlFunction> = {
  GETDATE: taking(0, (_, context) => now(context, datetime)),
  GETUTCDATE: taking(0, (_, context) => now(context, datetime)),
  SYSDATETIME: taking(0, (_, context) => now(context, datetime2(7))),
  SYSDATETIMEOFFSET: taking(0, (_, context) => converted(now(context, datetime2(7)), datetimeoffset(7))),
  SYSUTCDATETIME: taking(0, (_, context) => now(context, datetime2(7))),
}

function now(context: Context, type: SqlType): Typed {
  return { sql: bind(context, roundedMoment(ticksOf(new Date()), type)), type }
}
