// Gives the project another name: npm run rename "Corner Shop"
import { globSync, readFileSync, writeFileSync } from 'node:fs'

process.chdir(import.meta.dirname)

const title = process.argv[2] ?? ''
// Longer names do not fit into the first line of a narrow page, and azd takes letters, digits and hyphens.
if (!/^[A-Za-z][A-Za-z0-9]*([ -][A-Za-z0-9]+)*$/.test(title) || title.length > 40) {
  console.error('Which name? Up to 40 letters, digits, spaces and hyphens: npm run rename "Corner Shop"')
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
Next: npx biome check --write, and the address of your repository as "repository" in package.json and in the badges of README.md.`)
