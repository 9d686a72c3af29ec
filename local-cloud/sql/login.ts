// Logs a client in, in the order in which Azure SQL looks at things: the address, the token, the database, the user.
import type { Client } from './client.ts'
import { type Principal, principalOf } from './engine/users.ts'
import { SqlError } from './errors.ts'
import {
  addressBlocked,
  cannotOpenDatabase,
  loginErrorByNumber,
  loginFailed,
  passwordRefused,
} from './login-errors.ts'
import type { ServerState } from './state.ts'
import { type Login, loginFrom, tokenFrom } from './tds/login7.ts'
import { agreedPacketSize, messageType } from './tds/packets.ts'
import {
  change,
  done,
  doneStatus,
  doneToken,
  error,
  featuresAcknowledged,
  fedAuthInfo,
  info,
  loginAck,
} from './tds/tokens.ts'
import { sendThrough, survives } from './trouble.ts'

/** The resource that a token for Azure SQL must be issued for. */
const AUDIENCE = 'https://database.windows.net/'

/** Logs a client in. Gives undefined when it has been refused, or has left. */
export async function logIn(client: Client, state: ServerState): Promise<Principal | undefined> {
  const message = await client.next()
  if (!message) return undefined
  if (message.type !== messageType.login) throw new RangeError('After TLS, a client logs in.')
  const login = loginFrom(message.payload)
  state.loginCount += 1
  const fault = state.logins.take()
  if (!(await survives(fault, client, message.signal))) return undefined
  try {
    if (fault?.kind === 'fail') throw askedFor(fault, login, client, state)
    refuseEarly(login, client, state)
    const token = await tokenOf(login, client, state)
    if (token === undefined) return undefined
    const principal = await signIn(login, token, state)
    sendThrough(fault, client, welcome(login, state))
    client.agreeOn(agreedPacketSize(login.packetSize))
    return principal
  } catch (refusal) {
    if (!(refusal instanceof SqlError)) throw refusal
    client.refuse(Buffer.concat([...refusals(refusal).map(error), done(doneToken.batch, doneStatus.error)]))
    return undefined
  }
}

function askedFor(
  fault: { status: number; message?: string },
  login: Login,
  client: Client,
  { options }: ServerState,
): SqlError {
  const at = { server: serverOf(login), database: options.database, address: client.address }
  return loginErrorByNumber(fault.status, at, fault.message)
}

// SQL Server says twice that it cannot open a database, and the second time it is just one more failed login.
function refusals(refusal: SqlError): SqlError[] {
  return refusal.number === 4060 ? [refusal, loginFailed()] : [refusal]
}

/** @throws SqlError for what can be refused before the client has sent a token */
function refuseEarly(login: Login, client: Client, { firewall }: ServerState): void {
  if (firewall.closed && !firewall.allowed.has(client.address)) {
    throw addressBlocked(serverOf(login), client.address)
  }
  if (!login.fedAuth) throw passwordRefused(login.userName)
}

/** The first label of the name that the client calls this server by. */
function serverOf(login: Login): string {
  return login.serverName.split('.')[0] ?? ''
}

async function tokenOf(login: Login, client: Client, { options }: ServerState): Promise<string | undefined> {
  if (login.fedAuth?.kind === 'enclosed') return login.fedAuth.token
  client.send(fedAuthInfo(`https://login.microsoftonline.com/${options.tenantId}`, AUDIENCE))
  const message = await client.next()
  if (!message) return undefined
  if (message.type !== messageType.token) throw new RangeError('The client was asked for a token.')
  return tokenFrom(message.payload)
}

/** @throws SqlError 18456 for a bad token or one of nobody known here, 4060 for a database that is not there */
async function signIn(login: Login, token: string, state: ServerState): Promise<Principal> {
  const { options, store, administrator } = state
  const owner = await options.verifyToken(token, AUDIENCE).catch(() => undefined)
  if (!owner) throw loginFailed()
  // Who names no database means master, and there is none here.
  const database = login.database || 'master'
  if (database.toLowerCase() !== options.database.toLowerCase()) throw cannotOpenDatabase(database)
  const principal = principalOf(store, owner, administrator, options.tenantId)
  if (!principal) throw loginFailed()
  return principal
}

function welcome(login: Login, { options }: ServerState): Buffer {
  return Buffer.concat([
    change.database(options.database),
    info(5701, `Changed database context to '${options.database}'.`),
    change.collation(),
    change.language('us_english'),
    info(5703, 'Changed language setting to us_english.'),
    loginAck(),
    change.packetSize(agreedPacketSize(login.packetSize)),
    featuresAcknowledged({ utf8: login.supportsUtf8 }),
    done(doneToken.batch, 0),
  ])
}
