// Logs a client in. Azure SQL checks in this order: the address, the token, the database, the user.
import type { Principal } from '../engine/catalog/users.ts'
import { SqlError } from '../model/errors.ts'
import type { Client } from '../tds/client.ts'
import { type Login, loginFrom, tokenFrom } from '../tds/login7.ts'
import { agreedPacketSize, messageType } from '../tds/packets.ts'
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
} from '../tds/tokens.ts'
import { applyBeforeResponse, sendOrCut } from './faults.ts'
import {
  ADDRESS_BLOCKED,
  addressBlocked,
  cannotOpenDatabase,
  loginErrorByNumber,
  loginFailed,
  passwordRefused,
} from './login-errors.ts'
import type { ServerState, TokenOwner } from './state.ts'

/** The resource that a token for Azure SQL must be issued for. */
const AUDIENCE = 'https://database.windows.net/'

/** Logs a client in. Resolves with undefined when it was refused or has left. */
export async function logIn(client: Client, state: ServerState): Promise<Principal | undefined> {
  const message = await client.next()
  if (!message) return undefined
  if (message.type !== messageType.login) throw new RangeError('After TLS, a client logs in.')
  const login = loginFrom(message.payload)
  state.loginCount += 1
  const complete = state.activity.begin(login.readOnly ? 'login, read-only' : 'login', 'not told yet')
  const fault = state.logins.take('login')
  if (!(await applyBeforeResponse(fault, client, message.signal))) {
    complete('no answer')
    return undefined
  }
  let owner: TokenOwner | undefined
  try {
    const requested = fault?.kind === 'fail' ? requestedError(fault, login, client, state) : undefined
    checkBeforeToken(login, client, state, requested)
    const token = await receiveToken(login, client, state)
    if (token === undefined) {
      complete('left without a token')
      return undefined
    }
    owner = await state.options.verifyToken(token, AUDIENCE).catch(() => undefined)
    if (requested) throw requested
    const principal = await signIn(login, owner, state)
    complete('signed in', principal.name)
    sendOrCut(fault, client, welcome(login, state))
    client.agreeOn(agreedPacketSize(login.packetSize))
    return principal
  } catch (refusal) {
    if (!(refusal instanceof SqlError)) throw refusal
    complete(`error ${refusal.number}`, owner && state.options.nameOf(owner))
    client.refuse(
      Buffer.concat([...loginErrors(refusal).map(error), done(doneToken.batch, doneStatus.error)]),
    )
    return undefined
  }
}

function requestedError(
  fault: { status: number; message?: string },
  login: Login,
  client: Client,
  { options }: ServerState,
): SqlError {
  const at = { server: serverOf(login), database: options.database, address: client.address }
  return loginErrorByNumber(fault.status, at, fault.message)
}

// SQL Server reports a database that it cannot open twice; the second time as a failed login.
function loginErrors(refusal: SqlError): SqlError[] {
  return refusal.number === 4060 ? [refusal, loginFailed()] : [refusal]
}

/** @throws SqlError for what can be refused before the client has sent a token */
function checkBeforeToken(
  login: Login,
  client: Client,
  { firewall }: ServerState,
  requested: SqlError | undefined,
): void {
  // An error that a test asked for replaces any other.
  if (requested) {
    if (requested.number === ADDRESS_BLOCKED || !login.fedAuth) throw requested
    return
  }
  if (firewall.closed && !firewall.allowed.has(client.address)) {
    throw addressBlocked(serverOf(login), client.address)
  }
  if (!login.fedAuth) throw passwordRefused(login.userName)
}

/** The first label of the server name that the client sent. */
function serverOf(login: Login): string {
  return login.serverName.split('.')[0] ?? ''
}

async function receiveToken(
  login: Login,
  client: Client,
  { options }: ServerState,
): Promise<string | undefined> {
  if (login.fedAuth?.kind === 'enclosed') return login.fedAuth.token
  client.send(fedAuthInfo(`https://login.microsoftonline.com/${options.tenantId}`, AUDIENCE))
  const message = await client.next()
  if (!message) return undefined
  if (message.type !== messageType.token) throw new RangeError('The client was asked for a token.')
  return tokenFrom(message.payload)
}

/** @throws SqlError 18456 for an invalid token or one without a user, 4060 for a database that does not exist */
async function signIn(login: Login, owner: TokenOwner | undefined, state: ServerState): Promise<Principal> {
  const { options, administrator } = state
  if (!owner) throw loginFailed()
  // Without a name the client means master, which this server does not have.
  const database = login.database || 'master'
  if (database.toLowerCase() !== options.database.toLowerCase()) throw cannotOpenDatabase(database)
  const principal = await state.database.call('signIn', { owner, administrator, tenantId: options.tenantId })
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
    loginAck(login.version),
    change.packetSize(agreedPacketSize(login.packetSize)),
    featuresAcknowledged({ utf8: login.supportsUtf8 }),
    done(doneToken.batch, 0),
  ])
}
