// Starts the local cloud and then a command that uses it; both end together.
//   node local-cloud/run.js --seed infra/seed-local-cloud.ts -- node src/server.ts
// JavaScript, so that a Node.js that cannot run TypeScript can say what it needs.
const needed = 24
const { node } = process.versions

if (Number.parseInt(node, 10) < needed) {
  console.error(
    `The local cloud needs Node.js ${needed}, and this is ${node}: use the project's own, with \`npm run dev\` or \`npx node …\`.`,
  )
  process.exit(1)
}
await import('./run.ts')
