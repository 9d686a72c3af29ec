// Tells other programs of this user how to reach a local cloud that runs: in a file that only this user can read.
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { LocalCloud } from './index.ts'

/** What another program needs. */
export interface RunningCloud {
  pid: number
  startedAt: number
  endpoints: Record<string, string>
  database: string
  certificateAuthority: string
  env: Record<string, string>
  /** For Azure SQL, of its administrator. It is replaced long before it expires. */
  token: string
}

const FILE = 'running.json'
const SQL = 'https://database.windows.net/'

/** Writes the file, and renews the token in it. It goes with the folder of the cloud, which `close` of the cloud removes. */
export async function announce(cloud: LocalCloud, env: Record<string, string>): Promise<void> {
  const startedAt = Date.now()
  const file = path.join(cloud.folder, FILE)
  const write = async () => {
    const content = JSON.stringify({ ...describe(cloud, env), startedAt } satisfies RunningCloud)
    // A reader never finds half of it.
    await writeFile(`${file}.new`, content, { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
  await write()
  const halfLife = (cloud.identity.tokenLifetimeSeconds * 1000) / 2
  setInterval(() => void write().catch(() => {}), halfLife).unref()
}

function describe(cloud: LocalCloud, env: Record<string, string>): Omit<RunningCloud, 'startedAt'> {
  const { identity, blobs, vault, sql } = cloud
  return {
    pid: process.pid,
    endpoints: {
      identity: identity.endpoint,
      blobs: blobs.endpoint,
      vault: vault.endpoint,
      sql: sql.endpoint,
    },
    database: sql.env.AZURE_SQL_DATABASE ?? '',
    certificateAuthority: cloud.env.NODE_EXTRA_CA_CERTS ?? '',
    env,
    token: identity.issue(identity.deployer, SQL),
  }
}

/** The local cloud of this user that was started last, of those that still run. */
export async function findRunning(): Promise<RunningCloud | undefined> {
  const names = await readdir(tmpdir())
  const folders = names.filter((name) => /^local-cloud-\w{6}$/.test(name))
  const found = await Promise.all(folders.map((name) => read(path.join(tmpdir(), name, FILE))))
  return found
    .filter((cloud) => cloud !== undefined)
    .filter(({ pid }) => isRunning(pid))
    .toSorted((a, b) => b.startedAt - a.startedAt)[0]
}

// A file of somebody else would lead to a server of somebody else.
async function read(file: string): Promise<RunningCloud | undefined> {
  try {
    if (process.getuid && (await stat(file)).uid !== process.getuid()) return undefined
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
