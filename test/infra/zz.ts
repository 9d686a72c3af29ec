import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startLocalCloud } from '../local-cloud/index.ts'
import { prepareHooks } from '../support/hooks.ts'
const cloud = await startLocalCloud()
cloud.adopt()
const hooks = await prepareHooks(cloud)
cloud.sql.firewall.closed = true
cloud.blobs.firewall.closed = true
await cloud.blobs.delete('Welcome.md')
const env = hooks.env
for (const [cmd, ...args] of [['/usr/bin/node', '../../node_modules/tsx/dist/cli.mjs', 'postprovision.ts'], ['/usr/bin/npx', '--yes', 'tsx', '--', 'postprovision.ts']]) {
  const c = spawn(cmd, args, { cwd: 'infra/hooks', env: { ...env, HOME: '/tmp/home20', PATH: env.PATH + ':/usr/bin:/bin', NODE_COMPILE_CACHE: undefined }, stdio: 'inherit' })
  console.log(await once(c, 'close'))
}
// Ctrl-C under npx
cloud.blobs.faults.failNext(403, { code: 'AuthorizationFailure' })
cloud.blobs.faults.hangNext()
cloud.blobs.requests.length = 0
const c = spawn('/usr/bin/npx', ['--yes', 'tsx', '--', 'postprovision.ts'], { cwd: 'infra/hooks', env: { ...env, HOME: '/tmp/home20', PATH: env.PATH + ':/usr/bin:/bin', NODE_COMPILE_CACHE: undefined }, stdio: 'inherit', detached: true })
while (cloud.blobs.requests.length < 2) await new Promise(r => setTimeout(r, 20))
process.kill(-c.pid, 'SIGINT')
console.log(await once(c, 'close'), cloud.arm.firewallRules, cloud.blobs.firewall)
await new Promise(r => setTimeout(r, 1000))
console.log(cloud.arm.firewallRules, cloud.blobs.firewall)
await hooks.close(); await cloud.close()
