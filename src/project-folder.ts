// Where views/ and public/ are: beside package.json, both in a checkout and in the built dist/.
// By default import: an older Node.js has no such name, and could not even load the file that says which it needs.
import module from 'node:module'
import { dirname } from 'node:path'

export const projectFolder = dirname(module.findPackageJSON(import.meta.url) ?? '.')
