// The step that prepares the database for the site.
import type { Context } from '../shared/context.ts'
import { progress } from '../shared/progress.ts'
import { unlessRecorded } from '../shared/record.ts'
import { retry } from '../shared/retry.ts'
import { createAdministrator } from './administrator.ts'
import { withConnection } from './connection.ts'
import type { SqlFirewall } from './firewall.ts'
import { createLoginErrors } from './login-errors.ts'
import { describePreparation, prepareDatabase } from './prepare-database.ts'

const apiVersion = '2025-01-01'

/** Opens the firewall if it has to; closing it is left to the caller. */
export async function databaseStep(context: Context, firewall: SqlFirewall): Promise<void> {
  const { sql, identity } = context.settings
  const server = `Microsoft.Sql/servers/${sql.name}`
  progress.heading(`Database ${sql.database}`)

  // The record is the server's, for a new tag wakes a sleeping database. The id tells of one that was made again.
  const describe = async () => {
    const path = `${server}/databases/${sql.database}`
    const { properties } = await context.arm<{ properties: { databaseId: string } }>({
      method: 'GET',
      path,
      apiVersion,
      attempts: 1,
    })
    return [properties.databaseId, ...(await describePreparation(identity))]
  }
  await unlessRecorded(context, server, describe, () => prepare(context, firewall))
}

async function prepare(context: Context, firewall: SqlFirewall): Promise<void> {
  const { settings, limits, signIn, signal } = context
  const administrator = createAdministrator(context)
  const attempt = () =>
    withConnection(settings.sql, signIn, signal, (connection) =>
      prepareDatabase(connection, settings.identity, progress.done),
    )
  try {
    await retry(attempt, createLoginErrors(firewall, administrator, context), limits, signal)
  } catch (error) {
    await administrator.restore()
    throw error
  }
}
