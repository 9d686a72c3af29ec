// Where views/ and public/ are: beside package.json, both in a checkout and in the built dist/.
import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'

export const projectFolder = dirname(findPackageJSON(import.meta.url) ?? '.')
