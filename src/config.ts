// The app settings: the only file that knows their names.
import * as z from 'zod'
import { parseConnectionString } from './telemetry/connection-string.ts'

const endpoint = z
  .url({ protocol: /^https$/ })
  // A query or a user name could be a stored credential, such as a SAS token or a password.
  .refine((url) => URL.canParse(url) && !/[?#@]/.test(url))
  .transform((url) => url.replace(/\/+$/, ''))

const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('a port number from 0 to 65535'),
  AZURE_CLIENT_ID: z
    .guid()
    .optional()
    .describe(
      'the client id of the user-assigned managed identity, a GUID; leave it out for a system-assigned one, or to sign in as yourself',
    ),
  AZURE_STORAGE_BLOB_ENDPOINT: endpoint.describe(
    'the https address of Blob Storage, without a key or SAS token, such as the one in .env.example',
  ),
  AZURE_STORAGE_CONTAINER_NAME: z
    .string()
    .regex(/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$|^\$(web|root)$/)
    .describe('the name of the blob container, such as documents'),
  AZURE_KEY_VAULT_ENDPOINT: endpoint.describe(
    'the https address of the key vault, such as the one in .env.example',
  ),
  AZURE_KEY_VAULT_SECRET_NAME: z
    .string()
    .regex(/^[0-9a-zA-Z-]{1,127}$/)
    .describe('the name of the secret, up to 127 letters, digits and hyphens'),
  WEBHOOK_ROTATION_GRACE_MINUTES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1440)
    .default(60)
    .describe(
      'how many minutes the previous version of the secret stays valid for deliveries, from 0 to 1440',
    ),
  AZURE_SQL_SERVER: z
    .hostname()
    .describe('the host name of the SQL server alone, such as the one in .env.example'),
  AZURE_SQL_DATABASE: z.string().min(1).max(128).describe('the name of the SQL database'),
  AZURE_SQL_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(1433)
    .describe('the port of the SQL server, 1433 in Azure'),
  SQL_APPLICATION_INTENT: z
    .enum(['ReadWrite', 'ReadOnly'])
    .default('ReadWrite')
    .describe('ReadWrite, or ReadOnly to query a read-only replica of the database where there is one'),
  RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('how many requests one client may send in a minute; leave it out for no limit'),
  SHOW_TRACE: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .default(false)
    .describe('true or false: whether pages show how they were answered'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z
    .string()
    .transform((text, { addIssue }) => {
      const parsed = parseConnectionString(text)
      if (!parsed) addIssue('not valid')
      return parsed
    })
    .optional()
    .describe(
      'the connection string of Application Insights, an address as in .env.example; leave it out to send no telemetry',
    ),
  TELEMETRY_SAMPLING_PERCENT: z.coerce
    .number()
    .min(0)
    .max(100)
    .default(100)
    .describe('the percentage of requests whose traces are sent, from 0 to 100'),
})

/** The names of the app settings, in the order of `.env.example` and of the site's Bicep. */
export const settingNames: string[] = Object.keys(settings.shape)
export type SettingName = keyof typeof settings.shape

export type Config = ReturnType<typeof readConfig>

/**
 * Parses the app settings.
 *
 * @param env the environment, `process.env`; an empty value counts as missing, as a cleared app setting is
 * @throws {ConfigError} one error that lists every mistake and how to correct it
 */
export function readConfig(env: Record<string, string | undefined>) {
  const given = Object.fromEntries(settingNames.map((name) => [name, env[name]?.trim() || undefined]))
  const parsed = settings.safeParse(given)
  if (!parsed.success) throw new ConfigError(problemsIn(parsed.error, given))

  const values = parsed.data
  return {
    port: values.PORT,
    clientId: values.AZURE_CLIENT_ID,
    // App Service sets it for a site that has a managed identity.
    hasIdentityEndpoint: Boolean(env.IDENTITY_ENDPOINT),
    storage: {
      endpoint: values.AZURE_STORAGE_BLOB_ENDPOINT,
      container: values.AZURE_STORAGE_CONTAINER_NAME,
    },
    keyVault: { endpoint: values.AZURE_KEY_VAULT_ENDPOINT, secretName: values.AZURE_KEY_VAULT_SECRET_NAME },
    webhook: { rotationGraceMinutes: values.WEBHOOK_ROTATION_GRACE_MINUTES },
    sql: {
      server: values.AZURE_SQL_SERVER,
      port: values.AZURE_SQL_PORT,
      database: values.AZURE_SQL_DATABASE,
      readOnly: values.SQL_APPLICATION_INTENT === 'ReadOnly',
    },
    rateLimitPerMinute: values.RATE_LIMIT_PER_MINUTE,
    showTrace: values.SHOW_TRACE,
    telemetry: values.APPLICATIONINSIGHTS_CONNECTION_STRING && {
      ...values.APPLICATIONINSIGHTS_CONNECTION_STRING,
      samplingPercent: values.TELEMETRY_SAMPLING_PERCENT,
      // App Service sets them: https://learn.microsoft.com/azure/app-service/reference-app-settings
      role: env.WEBSITE_SITE_NAME,
      instance: env.WEBSITE_INSTANCE_ID,
    },
    runsOn: hostOf(env, values.AZURE_STORAGE_BLOB_ENDPOINT),
  }
}

/** Where the site runs. Pages say so; nothing else depends on it. */
function hostOf(
  env: Record<string, string | undefined>,
  blobEndpoint: string,
): 'appService' | 'localCloud' | 'elsewhere' {
  // App Service sets it: https://learn.microsoft.com/azure/app-service/reference-app-settings
  if (env.WEBSITE_SITE_NAME) return 'appService'
  const { hostname } = new URL(blobEndpoint)
  return /^(?:127(?:\.\d+){3}|\[::1\]|(?:.*\.)?localhost)$/.test(hostname) ? 'localCloud' : 'elsewhere'
}

/** Reads the port alone, for check-port.ts. Returns the default for an invalid port, which `readConfig` reports. */
export function readPort(env: Record<string, string | undefined>): number {
  const { data } = settings.shape.PORT.safeParse(env.PORT?.trim() || undefined)
  return data ?? settings.shape.PORT.parse(undefined)
}

/** The app settings are wrong. The message is for the operator. It repeats no value, which could be a misplaced secret. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  constructor(problems: string[]) {
    super(`The app settings need attention:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  }
}

function problemsIn(error: z.ZodError, given: Record<string, string | undefined>): string[] {
  const names = new Set(error.issues.map((issue) => String(issue.path[0])))
  return [...names].map((name) => {
    const fault = given[name] === undefined ? 'is missing' : 'is not valid'
    const takes = settings.shape[name as SettingName].description
    return `${name} ${fault}. Set it to ${takes}.`
  })
}
