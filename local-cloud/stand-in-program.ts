// Programs that stand in for az, azd and others: scripts that a PATH finds by the name of a command.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * Writes a program into a folder.
 *
 * @param script CommonJS, which this Node.js runs with the arguments of the program
 */
export async function writeProgram(folder: string, name: string, script: string): Promise<void> {
  const { file, text } = launcher(name)
  await writeFile(path.join(folder, `${name}.cjs`), script)
  await writeFile(path.join(folder, file), text, { mode: 0o755 })
}

/** What a PATH finds: a shell script, or on Windows a batch file. The script is beside it. */
export function launcher(name: string, platform = process.platform, node = process.execPath) {
  return platform === 'win32'
    ? { file: `${name}.cmd`, text: `@"${node}" "%~dp0${name}.cjs" %*\r\n` }
    : { file: name, text: `#!/bin/sh\nexec '${node}' "\${0%/*}/${name}.cjs" "$@"\n` }
}
