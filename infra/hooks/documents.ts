// The documents that the sample starts with: many kinds, and names that break careless code.
import { oneCredential } from './documents/diagram.ts'
import { onePage } from './documents/paper.ts'
import { hillsAtDusk } from './documents/picture.ts'

export type SampleDocument = { name: string; contentType: string; body: Buffer }

/** The same on a laptop as in Azure: the local cloud stores them, and so does the hook that runs after provisioning. */
export function sampleDocuments(): SampleDocument[] {
  return [
    document('Welcome.md', 'text/markdown; charset=utf-8', welcome),
    document('A short history of keys.txt', 'text/plain; charset=utf-8', history),
    document('.hidden, but listed.txt', 'text/plain; charset=utf-8', hidden),
    document('letters/The "open" café, and why it isn\'t naïve.md', 'text/markdown; charset=utf-8', café),
    document('日本語/鍵のない扉.txt', 'text/plain; charset=utf-8', haiku),
    document('reports/2026/Tokens by hour.csv', 'text/csv; charset=utf-8', tokensByHour()),
    document('reports/2026/R&D is 100% keyless.pdf', 'application/pdf', onePage(...report)),
    document('pictures/one credential + three services.svg', 'image/svg+xml', oneCredential()),
    document('pictures/hills at dusk #1.png', 'image/png', hillsAtDusk()),
    document('settings/roles.json', 'application/json', JSON.stringify(roles, null, 2)),
    document('archive/three mebibytes of noise.bin', 'application/octet-stream', noise(3 * 1024 * 1024)),
  ]
}

const document = (name: string, contentType: string, body: string | Buffer): SampleDocument => ({
  name,
  contentType,
  body: Buffer.from(body),
})

const welcome = `# Welcome

Nobody typed a password to bring you this page. The site told Azure which application it is, was given
a token that lasts a few hours, and showed it at the door of a storage account that accepts nothing else.

Things to try while you are here:

- open a picture, then look at the address: names are escaped, never guessed;
- download the noise, stop half-way, and go on from where you stopped;
- ask for a document that does not exist and see whose error you get (ours);
- take the role away from the identity, wait a little, and come back.
`

const history = `A short history of keys

First the key was a thing. It hung on a nail, and whoever stood next to the nail owned the house.

Then the key was a word. It was whispered, then written on paper, then written on the whiteboard that
happened to be behind somebody in a photograph.

Then the key was forty characters in a settings file. It was copied to nine places, and on the day it had
to be changed, eight of them were found.

Now the door asks who you are and checks the answer with somebody it trusts. There is nothing on the
nail. People still look there first.
`

const hidden = `A leading dot hides a file from ls, but not from a list of blobs: to Azure it is a letter like any other.
`

const café = `# The open café

There is a café with no lock. Everybody asks how that can be safe, and the owner points at Noémie, who
has stood at the entrance for years and knows every guest, every supplier and everyone who was asked not
to come back.

"A lock," says the owner, "would let in whoever holds the key. She lets in whoever *should* be here. And
when that changes, I tell her once; I do not change a lock and send forty people a new key."

The coffee is good, too. Crème brûlée on Tuesdays.
`

const haiku = `鍵いらず
名を告げるだけ
扉開く

(No key is needed: / you only say who you are, / and the door opens.)
`

const report: Parameters<typeof onePage> = [
  'R&D is 100% keyless',
  [
    'Connection strings in the settings of the site: none.',
    'Account keys that the storage account accepts: none (allowSharedKeyAccess is false).',
    'Passwords that the database accepts: none (Microsoft Entra authentication only).',
    'Secrets in the vault: one, and it is there to be shown.',
    '',
    'What is left to rotate: nothing. What is left to review: who holds which role,',
    'which is one file per service in infra/modules.',
  ],
]

const roles = {
  identity: 'id-keyless-express',
  may: [
    { read: 'documents', because: 'Storage Blob Data Reader', on: 'the container' },
    { read: 'the secret', because: 'Key Vault Secrets User', on: 'one secret' },
    { read: 'products', because: 'SELECT', on: 'one table' },
  ],
  mayNot: ['write', 'delete', 'hand out access', 'read anything else'],
}

/** One token serves thousands of requests, so a day needs only a handful. */
function tokensByHour(): string {
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const visits = Math.round(1200 * (1 - Math.cos((hour / 24) * 2 * Math.PI)))
    const tokens = hour % 12 === 0 ? 3 : 0
    return `${String(hour).padStart(2, '0')}:00,${visits},${tokens}`
  })
  return `${['hour,visits,tokens requested', ...hours].join('\r\n')}\r\n`
}

/** Looks random, cannot be compressed, and is the same every time: good for measuring downloads. */
function noise(bytes: number): Buffer {
  const words = new Uint32Array(bytes / 4)
  let state = 20260101
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    words[index] = state ^ (state >>> 15)
  }
  return Buffer.from(words.buffer)
}
