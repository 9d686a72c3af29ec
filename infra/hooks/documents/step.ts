// The step that uploads the sample documents to the container.
import type { Context } from '../shared/context.ts'
import { progress } from '../shared/progress.ts'
import { unlessRecorded } from '../shared/record.ts'
import { retry } from '../shared/retry.ts'
import type { NetworkRules } from './network-rules.ts'
import { type SampleDocument, sampleDocuments } from './sample-documents.ts'
import { upload } from './upload.ts'
import { createUploadErrors } from './upload-errors.ts'

const apiVersion = '2026-04-01'

/** Uploads the documents. Opens the storage account if needed; the caller closes it. */
export async function documentsStep(context: Context, rules: NetworkRules): Promise<void> {
  const { storage } = context.settings
  const account = `Microsoft.Storage/storageAccounts/${storage.account}`
  const documents = sampleDocuments()
  progress.heading(`Container ${storage.container}`)

  // Uploads do not change this time. It changes when the container is recreated.
  const describe = async () => {
    const path = `${account}/blobServices/default/containers/${storage.container}`
    const { properties } = await context.arm<{ properties: { lastModifiedTime: string } }>({
      method: 'GET',
      path,
      apiVersion,
      maxRetries: 0,
    })
    const contents = documents.flatMap(({ name, contentType, body }) => [name, contentType, body])
    return [storage.container, properties.lastModifiedTime, ...contents]
  }
  await unlessRecorded(context, account, describe, () => fill(context, rules, documents))
}

async function fill(context: Context, rules: NetworkRules, documents: SampleDocument[]): Promise<void> {
  const { settings, limits, signIn, signal } = context
  const { uploaded, unchanged, changed } = await retry(
    () => upload(documents, settings.storage, signIn, signal),
    createUploadErrors(rules, settings, limits),
    limits,
    signal,
  )
  if (uploaded.length > 0) progress.done(`Documents uploaded: ${uploaded.length}`)
  if (unchanged.length > 0) progress.done(`Documents there already: ${unchanged.length}`)
  for (const name of changed) progress.skipped(`Left alone, because somebody changed it: ${name}`)
}
