// The step that prepares the database for the site.
import type { Context } from '../shared/context.ts'
import { progress } from '../shared/progress.ts'
import { unlessRecorded } from '../shared/record.ts'
import { retry } from '../shared/retry.ts'
import { createAdministrator } from './administrator.ts'
import { withConnection } from './connection.ts'
import type { SqlFirewall } from './firewall.ts'
import { createLoginErrors } from './login-errors.ts'
import { describePreparation, prepareDatabase, type SiteUser } from './prepare-database.ts'

const apiVersion = '2025-01-01'

/** Prepares the database for this user. Opens the firewall if needed; the caller closes it. */
export async function databaseStep(context: Context, firewall: SqlFirewall, user: SiteUser): Promise<void> {
  const { sql } = context.settings
  const server = `Microsoft.Sql/servers/${sql.name}`
  progress.heading(`Database ${sql.database}`)

  // The record is a tag of the server, because tagging a database wakes it. The ID changes when the database is recreated.
  const describe = async () => {
    const path = `${server}/databases/${sql.database}`
    const { properties } = await context.arm<{ properties: { databaseId: string } }>({
      method: 'GET',
      path,
      apiVersion,
      maxRetries: 0,
    })
    return [properties.databaseId, ...(await describePreparation(user))]
  }
  await unlessRecorded(context, server, describe, () => prepare(context, firewall, user))
}

async function prepare(context: Context, firewall: SqlFirewall, user: SiteUser): Promise<void> {
  const { settings, limits, signIn, signal } = context
  const administrator = createAdministrator(context)
  const connectAndPrepare = () =>
    withConnection(settings.sql, signIn, signal, (connection) =>
      prepareDatabase(connection, user, progress.done),
    )
  try {
    await retry(connectAndPrepare, createLoginErrors(firewall, administrator, context), limits, signal)
  } catch (error) {
    await administrator.restore()
    throw error
  }
}
