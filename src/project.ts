// What package.json says of the project: its license, and its repository if it has one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Project {
  license?: string
  /** The https address of the repository, without `.git`. */
  repository?: string
  /** What `azd init --template` takes: `owner/name` for a repository on GitHub, otherwise its address. */
  template?: string
}

/** Reads the package.json of a folder. */
export function readProject(folder: string): Project {
  return projectOf(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
}

/** Reads what a package.json contains. `repository` can be an object, an address, or a short form such as `owner/name`. */
export function projectOf(contents: { license?: string; repository?: string | { url?: string } }): Project {
  const { license, repository: named } = contents
  const repository = httpsAddress(typeof named === 'object' ? named.url : named)
  return {
    ...(license && { license }),
    ...(repository && { repository, template: repository.replace('https://github.com/', '') }),
  }
}

function httpsAddress(named = ''): string | undefined {
  const [, short] = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(named) ?? []
  const address = short ? `https://github.com/${short}` : named.replace(/^git\+/, '')
  return URL.canParse(address) && address.startsWith('https://')
    ? address.replace(/(?:\.git)?\/?$/, '')
    : undefined
}
