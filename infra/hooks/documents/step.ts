// The step that puts the sample documents into the container.
import type { Context } from '../shared/context.ts'
import { progress } from '../shared/progress.ts'
import { retry } from '../shared/retry.ts'
import type { NetworkRules } from './network-rules.ts'
import { sampleDocuments } from './sample-documents.ts'
import { upload } from './upload.ts'
import { createUploadErrors } from './upload-errors.ts'

/** Opens the account if it has to; closing it is left to the caller. */
export async function documentsStep(context: Context, rules: NetworkRules): Promise<void> {
  const { settings, limits, signIn, signal } = context
  const { storage } = settings
  progress.heading(`Container ${storage.container}`)
  const documents = sampleDocuments()
  const { uploaded, unchanged, changed } = await retry(
    () => upload(documents, storage, signIn, signal),
    createUploadErrors(rules, limits),
    limits,
    signal,
  )
  if (uploaded.length > 0) progress.done(`Documents uploaded: ${uploaded.length}`)
  if (unchanged.length > 0) progress.done(`Documents there already: ${unchanged.length}`)
  for (const name of changed) progress.skipped(`Left alone, because somebody changed it: ${name}`)
}
