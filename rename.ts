// Gives the project another name: npm run rename "Corner Shop"
import { globSync, readFileSync, writeFileSync } from 'node:fs'

process.chdir(import.meta.dirname)

const title = process.argv[2] ?? ''
// Longer names do not fit into the first line of a narrow page, and azd takes letters, digits and hyphens.
if (!/^[A-Za-z][A-Za-z0-9]*([ -][A-Za-z0-9]+)*$/.test(title) || title.length > 40) {
  console.error(
    'Usage: npm run rename "Corner Shop", with up to 40 letters, digits, spaces and hyphens, the first one a letter',
  )
  process.exit(2)
}

const name = title.toLowerCase().replaceAll(' ', '-')
const { name: formerName } = JSON.parse(readFileSync('package.json', 'utf8'))
const [, formerTitle = ''] = /^# (.*)$/m.exec(readFileSync('README.md', 'utf8')) ?? []

const texts = globSync(
  '{.,.devcontainer,.github,docs,examples,infra,local-cloud,public,src,test,views}/**/*.*',
  {
    exclude: ['**/node_modules', 'dist', '.git', '.azure', 'CHANGELOG.md', '**/*.{png,pdf,ico}'],
  },
)
const renamed = texts.filter((file) => {
  const before = readFileSync(file, 'utf8')
  const after = before.replaceAll(formerTitle, title).replaceAll(formerName, name)
  if (after !== before) writeFileSync(file, after)
  return after !== before
})
console.log(`${formerTitle} is now ${title} (${name}), in ${renamed.length} files.
Next: run npx biome check --write, and put the address of your repository into package.json ("repository") and the badges of README.md.`)
