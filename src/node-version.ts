// Imported first: in an older Node.js, later imports would fail with an error that does not mention the version.
const needed = 24
const { node } = process.versions

if (Number.parseInt(node, 10) < needed) {
  process.stderr.write(
    `The site needs Node.js ${needed}, and this is ${node}: use the project's own, with \`npm start\` or \`npx node …\`.\n`,
  )
  process.exit(1)
}
