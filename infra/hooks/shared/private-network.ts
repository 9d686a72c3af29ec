// What the hook says when the services have private endpoints and it runs outside of their network.
import { runAgain } from './failure.ts'

/** The end of a sentence. */
export const inside = `${runAgain} on a machine in the virtual network, or let in the address of this one with \`azd env set DEVELOPER_IP_ADDRESS\` and \`azd provision\`, which takes up to five minutes.`
