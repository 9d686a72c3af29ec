// Imported first: a Node.js that is too old would fail further down, with an error that does not say so.
const needed = 24
const { node } = process.versions

if (Number.parseInt(node, 10) < needed) {
  process.stderr.write(
    `The site needs Node.js ${needed}, and this is ${node}: use the project's own, with \`npm start\` or \`npx node …\`.\n`,
  )
  process.exit(1)
}
