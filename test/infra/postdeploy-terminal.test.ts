// What the hook that waits for the deployed site leaves on a terminal.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { deploySite, linesOf, siteThatAnswers } from '../support/deploy-site.ts'

const azureYaml = parse(readFileSync(new URL('../../azure.yaml', import.meta.url), 'utf8'))
const shortly = { HOOK_READY_SECONDS: '0.5' }

describe('postdeploy in a terminal, where `azd up` draws its table once more', () => {
  it('leaves standing where the site and its log are', async (t) => {
    const { hooks, origin } = await deploySite(t)

    const { stdout } = await hooks.runInTerminal('postdeploy', { WEB_URI: origin })

    const lines = linesOf(underTable(stdout))
    assert.match(lines.at(-2) ?? '', /^Site .*http/)
    assert.match(lines.at(-1) ?? '', /^Log stream .*https:/)
  })

  it('leaves standing what went wrong', async (t) => {
    const { hooks } = await deploySite(t)
    const site = await siteThatAnswers(t, [])

    const { stdout } = await hooks.runInTerminal('postdeploy', { ...site, ...shortly })

    assert.match(linesOf(underTable(stdout)).at(-1) ?? '', /^\(x\) The site does not answer/)
  })

  it('adds nothing elsewhere, as in a pipeline', async (t) => {
    const { run } = await deploySite(t)

    assert.match((await run()).stdout, /logStream\n$/)
  })

  /** What is left: azd moves up by the lines of its table, two and one for each service, and clears all from there. */
  function underTable(output: string): string {
    const services = Object.keys(azureYaml.services).length
    return output
      .split('\n')
      .slice(0, -1 - (services + 2))
      .join('\n')
  }
})
