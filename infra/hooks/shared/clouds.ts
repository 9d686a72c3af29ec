// The addresses of the clouds that azd knows by name. They are needed where the outputs of the template, which hold them, do not
// exist yet: azd tells its hooks no addresses.

export type Cloud = { resourceManager: string; portal: string }

export const publicCloud: Cloud = {
  resourceManager: 'https://management.azure.com',
  portal: 'https://portal.azure.com',
}

const clouds: Record<string, Cloud> = {
  AzureCloud: publicCloud,
  AzureUSGovernment: {
    resourceManager: 'https://management.usgovcloudapi.net',
    portal: 'https://portal.azure.us',
  },
  AzureChinaCloud: {
    resourceManager: 'https://management.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
  },
}

/** Returns the cloud of this name, or the public one, which is also azd's default. */
export function cloudNamed(name: string | undefined): Cloud {
  return clouds[name ?? ''] ?? publicCloud
}
