// A document larger than all buffers between storage and a reader: while nobody reads, its download goes on.
import type { LocalCloud } from 'local-cloud'

export const largeDocument = { name: 'large.bin', size: 32 * 1024 * 1024 }

let stored: Promise<unknown> | undefined

/** Stores it, once for all tests of the process: that takes longer than most of them. */
export async function storeLargeDocument({ blobs }: Pick<LocalCloud, 'blobs'>): Promise<void> {
  stored ??= blobs.put(largeDocument.name, Buffer.alloc(largeDocument.size))
  await stored
}
