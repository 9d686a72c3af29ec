// Run by azd after provisioning: does what only the services themselves can do, as whoever deploys.
// Safe to run twice, and again after it was interrupted: azd hooks run postprovision
import { createArm } from './arm.ts'
import { prepareDatabase } from './database.ts'
import { type SampleDocument, sampleDocuments } from './documents.ts'
import { Failure, reasonOf } from './failure.ts'
import { type Limits, readLimits } from './limits.ts'
import { patiently } from './patience.ts'
import { say } from './progress.ts'
import { roleAssignmentCommands } from './role-assignments.ts'
import { runHook } from './run-hook.ts'
import { readSettings, type Settings } from './settings.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createSqlAccess, type SqlAccess } from './sql-access.ts'
import { withConnection } from './sql-connection.ts'
import { createSqlObstacles } from './sql-obstacles.ts'
import { createStorageAccess, type StorageAccess } from './storage-access.ts'
import { createStorageObstacles } from './storage-obstacles.ts'
import { upload } from './upload.ts'

await runHook('postprovision', async (signal) => {
  const settings = readSettings(process.env)
  const limits = readLimits(process.env)
  const signIn = createSignIn(settings.tenantId)
  const arm = createArm(settings, signIn, limits)
  const sql = createSqlAccess(arm, settings.sql.name)
  const storage = createStorageAccess(arm, settings.storage.account, settings.networkRestricted)
  const run = { settings, limits, signIn, signal }

  // Made while all is closed. It takes a moment in which Ctrl-C is not heard, and tsx kills who does not hear.
  const documents = sampleDocuments()

  // First of all, what a killed run may have left open.
  await close(sql, storage)
  if (!settings.developerIpAddress) await sql.shutOutDeveloper()
  try {
    await fillDatabase(run, sql).catch((error: unknown) => {
      // Who may not assign roles may not be an administrator of SQL either, and still has commands to hand over.
      if (settings.rolesAssigned || !(error instanceof Failure)) throw error
      say.warning(error.message)
    })
    if (settings.rolesAssigned) await fillContainer(run, storage, documents)
  } finally {
    await close(sql, storage).catch((error: unknown) => {
      throw new Failure(`Something is still open: ${reasonOf(error)}.`)
    })
  }
  if (!settings.rolesAssigned) handOver(settings)
})

/** What both steps need. */
type Run = { settings: Settings; limits: Limits; signIn: SignIn; signal: AbortSignal }

async function fillDatabase({ settings, limits, signIn, signal }: Run, access: SqlAccess): Promise<void> {
  const { sql, identity } = settings
  say.heading(`Database ${sql.database}`)
  const obstacleIn = createSqlObstacles(access, limits)
  const attempt = () =>
    withConnection(sql, signIn, signal, (connection) => prepareDatabase(connection, identity, say.done))
  await patiently(attempt, obstacleIn, limits, signal)
}

async function fillContainer(
  { settings, limits, signIn, signal }: Run,
  access: StorageAccess,
  documents: SampleDocument[],
): Promise<void> {
  const { storage } = settings
  say.heading(`Container ${storage.container}`)
  const obstacleIn = createStorageObstacles(access, limits)
  const attempt = () => upload(documents, storage, signIn, signal)
  const { uploaded, unchanged, changed } = await patiently(attempt, obstacleIn, limits, signal)
  if (uploaded.length > 0) say.done(`Documents uploaded: ${uploaded.length}`)
  if (unchanged.length > 0) say.done(`Documents there already: ${unchanged.length}`)
  for (const name of changed) say.skipped(`Left alone, because somebody changed it: ${name}`)
}

/** Closes both, whatever becomes of either. */
async function close(sql: SqlAccess, storage: StorageAccess): Promise<void> {
  const outcomes = await Promise.allSettled([sql.close(), storage.close()])
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (failures.length > 0) throw failures[0]
}

function handOver(settings: Settings): void {
  say.heading('Role assignments')
  say.skipped('No documents uploaded: this deployment assigned no roles (ASSIGN_ROLES is false)')
  say.warning('An administrator of the resource group has to run:\n')
  for (const command of roleAssignmentCommands(settings)) say.plain(command)
  say.plain('\nAfter that, upload the documents:\n')
  say.plain('azd env set ROLES_ASSIGNED true')
  say.plain('azd hooks run postprovision')
}
