// The GitHub workflows: what they hand on to azd, in which order they go, and what they may do.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { readData, readInfra } from '../bicep.ts'

type Step = { uses?: string; run?: string; with?: Record<string, unknown> }
interface Job {
  needs?: string
  if?: string
  uses?: string
  'runs-on'?: string
  'timeout-minutes'?: number
  permissions?: object
  strategy?: { matrix: Record<string, unknown> }
  steps?: Step[]
}
interface Workflow {
  on: object
  permissions: object
  concurrency?: object | string
  env?: Record<string, string>
  jobs: Record<string, Job>
}

const github = new URL('../../../.github/', import.meta.url)
const workflows = new Map(
  readdirSync(new URL('workflows/', github)).map((name) => [name, read(`workflows/${name}`) as Workflow]),
)
const azureDev = workflows.get('azure-dev.yml') as Workflow
const { preview, deploy } = azureDev.jobs

describe('azure-dev.yml', () => {
  it('hands on every setting of main.parameters.json that `azd pipeline config` makes a variable of', () => {
    const named = [...readInfra('main.parameters.json').matchAll(/\$\{([A-Z_]+)/g)].map(
      ([, name = '']) => name,
    )
    // In a pipeline, azd itself says who deploys, and the preprovision hook what is deployed.
    const settings = new Set(
      named.filter((name) => !/^(AZURE_PRINCIPAL_|DEPLOYED_|KEPT_|RECOVER_VAULT$)/.test(name)),
    )
    const signIn = ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_SUBSCRIPTION_ID']
    assert.deepEqual(
      azureDev.env,
      Object.fromEntries([...signIn, ...settings].map((name) => [name, `\${{ vars.${name} }}`])),
    )
  })

  it('deploys only what passed the checks, and nothing for a pull request', () => {
    assert.equal(azureDev.jobs.ci?.uses, './.github/workflows/ci.yml')
    assert.equal(deploy?.needs, 'ci')
    assert.equal(deploy?.if, "github.event_name != 'pull_request' && vars.AZURE_CLIENT_ID != ''")
    assert.deepEqual(commands(deploy).slice(-3), [
      'azd provision --no-prompt',
      'azd deploy --no-prompt',
      'npm run test:smoke -- "$(azd env get-value WEB_URI)"',
    ])
  })

  it('checks each push and pull request once', () => {
    assert.deepEqual(Object.keys(workflows.get('ci.yml')?.on ?? {}), ['workflow_call'])
    assert.deepEqual(azureDev.on, {
      workflow_dispatch: null,
      push: { branches: ['main'] },
      pull_request: null,
    })
  })

  it('shows what a pull request would change, if it comes from the repository itself', () => {
    assert.match(String(preview?.if), /github\.event_name == 'pull_request'/)
    assert.match(
      String(preview?.if),
      /&& github\.event\.pull_request\.head\.repo\.full_name == github\.repository &&/,
    )
    assert.match(
      commands(preview).at(-1) ?? '',
      /azd provision --preview --no-prompt\n(.*\n)*.*GITHUB_STEP_SUMMARY/,
    )
    for (const command of commands(preview))
      assert.doesNotMatch(command, /npm|azd (provision --no|deploy|up)/)
  })
})

describe('ci.yml', () => {
  const { check, test } = workflows.get('ci.yml')?.jobs ?? {}

  it('checks everything on one system, and tests on every system and version of Node.js that is supported', () => {
    const { os, node, exclude } = test?.strategy?.matrix ?? {}
    assert.deepEqual(os, ['ubuntu-latest', 'macos-latest', 'windows-latest'])
    assert.deepEqual(node, [22, 24, 26])
    const checked = check?.steps?.find(({ uses }) => uses?.startsWith('actions/setup-node@'))
    assert.deepEqual(exclude, [{ os: check?.['runs-on'], node: checked?.with?.['node-version'] }])
  })
})

describe('every workflow', () => {
  const jobs = [...workflows].flatMap(([file, { jobs }]) =>
    Object.entries(jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
  )
  const steps = jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step })))

  it('lets a job read the code, and nothing more that it does not need', () => {
    for (const [file, { permissions }] of workflows) assert.deepEqual(permissions, {}, file)
    const more: Record<string, object> = {
      'azure-dev.yml: preview': { 'id-token': 'write' },
      'azure-dev.yml: deploy': { 'id-token': 'write' },
      'codeql.yml: analyze': { 'security-events': 'write' },
      'scorecard.yml: rate': { 'security-events': 'write', 'id-token': 'write' },
    }
    for (const { name, job } of jobs)
      assert.deepEqual(job.permissions, { contents: 'read', ...more[name] }, name)
  })

  it('ends by itself if a job hangs, and has no more than one run of a branch at a time', () => {
    for (const { name, job } of jobs) if (!job.uses) assert.ok(job['timeout-minutes'], name)
    for (const [file, { on, concurrency }] of workflows) {
      if (!('workflow_call' in on)) assert.ok(concurrency, file)
    }
  })

  it('uses actions by their commit, with the version beside it', () => {
    for (const file of workflows.keys()) {
      for (const [line] of text(`workflows/${file}`).matchAll(/uses: (?!\.\/).*/g)) {
        assert.match(line, /^uses: [\w-]+\/[\w-]+(?:\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file)
      }
    }
  })

  it('leaves no token in the checked-out code', () => {
    for (const { name, step } of steps) {
      if (step.uses?.startsWith('actions/checkout@'))
        assert.equal(step.with?.['persist-credentials'], false, name)
    }
  })

  it('puts no expression into a command: what a stranger writes must not become one', () => {
    for (const { name, step } of steps) assert.doesNotMatch(step.run ?? '', /\$\{\{/, name)
  })

  it('sees no secret, for there is none', () => {
    for (const file of workflows.keys()) assert.doesNotMatch(text(`workflows/${file}`), /secrets\b/, file)
  })
})

describe('dependabot.yml', () => {
  it('keeps packages and actions up to date, in one pull request a week each', () => {
    const { updates } = read('dependabot.yml')
    for (const ecosystem of ['npm', 'github-actions']) {
      const update = updates.find((each: Record<string, unknown>) => each['package-ecosystem'] === ecosystem)
      assert.equal(update?.directory, '/', ecosystem)
      assert.equal(update?.schedule.interval, 'weekly', ecosystem)
      assert.deepEqual(
        Object.values(update?.groups).map((group) => (group as { patterns: string[] }).patterns),
        [['*']],
        ecosystem,
      )
    }
  })
})

describe('.gitleaks.toml', () => {
  it('knows the ids of the roles that the template assigns, and of nothing else', () => {
    const config = text('../.gitleaks.toml')
    assert.match(config, /^useDefault = true$/m)
    assert.deepEqual(
      [...config.matchAll(/'''\^([^$']*)\$'''/g)].map(([, id]) => id).sort(),
      Object.values(readData('roles.json')).sort(),
    )
  })
})

function commands(job: Job | undefined): string[] {
  return (job?.steps ?? []).flatMap(({ run }) => run ?? [])
}

function read(path: string) {
  return parse(text(path))
}

function text(path: string): string {
  return readFileSync(new URL(path, github), 'utf8')
}
