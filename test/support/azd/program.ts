// Stands in for the Azure Developer CLI where a hook runs it.
import { answerCommand } from './commands.ts'

// Without await, so that it can run as CommonJS, which starts sooner than a module.
answerCommand(process.argv.slice(2), process.env.AZD_STAND_IN ?? '').then(({ code, stdout, stderr }) => {
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = code
})
