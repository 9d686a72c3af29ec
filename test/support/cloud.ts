// The local cloud of a process: all its tests share one, because @azure/identity remembers the identity endpoint for the life of
// the process, and because starting one takes four seconds of CPU time.
import { after } from 'node:test'
import { startLocalCloud } from 'local-cloud'
import { seed } from '../../infra/seed-local-cloud.ts'

export const cloud = await startLocalCloud({ seed })
cloud.adopt()
after(() => cloud.close())
