// What the identity may do, and where: the grants of infra/modules/ in words. Change them together.

export const services = {
  documents: {
    name: 'Blob Storage',
    url: '/documents',
    page: 'Documents',
    role: 'Storage Blob Data Reader',
    scope: 'one container',
    source: 'src/azure/documents.ts',
    does: 'Lists the files of a container and streams them to you.',
  },
  secret: {
    name: 'Key Vault',
    url: '/secret',
    page: 'Secret',
    role: 'Key Vault Secrets User',
    scope: 'one secret',
    source: 'src/azure/secret.ts',
    does: 'Reads a secret that the site uses and never shows.',
  },
  products: {
    name: 'Azure SQL',
    url: '/products',
    page: 'Products',
    role: 'SELECT',
    scope: 'the table dbo.Products',
    source: 'src/azure/products.ts',
    does: 'Queries a table as a database user that has no password.',
  },
}
