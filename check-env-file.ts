// Runs before what reads .env: Node.js reads UTF-8, and would find no setting in what Windows PowerShell writes.
import { existsSync, readFileSync } from 'node:fs'

const file = '.env'
const start = existsSync(file) ? readFileSync(file).toString('latin1') : ''

// https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding
if (/^(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)/.test(start)) {
  console.error(`${file} is not plain UTF-8, so its settings cannot be read. Write it again, in PowerShell with:
  azd env get-values | Set-Content -Encoding ascii ${file}`)
  process.exitCode = 1
}
