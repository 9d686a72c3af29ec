// The local cloud that the tests of a process share. Before each, it is as it was when it started.
import { after, beforeEach } from 'node:test'
import { startLocalCloud } from './index.ts'
import { seed } from './test-support.ts'

export const cloud = await startLocalCloud({ seed })
cloud.adopt()
after(() => cloud.close())
beforeEach(() => cloud.reset())
