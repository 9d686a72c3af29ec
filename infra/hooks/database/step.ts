// The step that prepares the database for the site.
import type { Context } from '../shared/context.ts'
import { progress } from '../shared/progress.ts'
import { retry } from '../shared/retry.ts'
import { withConnection } from './connection.ts'
import type { SqlFirewall } from './firewall.ts'
import { createLoginErrors } from './login-errors.ts'
import { prepareDatabase } from './prepare-database.ts'

/** Opens the firewall if it has to; closing it is left to the caller. */
export async function databaseStep(context: Context, firewall: SqlFirewall): Promise<void> {
  const { settings, limits, signIn, signal } = context
  const { sql, identity } = settings
  progress.heading(`Database ${sql.database}`)
  const prepare = () =>
    withConnection(sql, signIn, signal, (connection) => prepareDatabase(connection, identity, progress.done))
  await retry(prepare, createLoginErrors(firewall, limits), limits, signal)
}
