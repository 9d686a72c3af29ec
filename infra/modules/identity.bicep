// The user-assigned identity that the site signs in with. It has no password or key: only App Service can get a token for it.

@description('Name of the identity, and of its user in the database.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

// It exists before the site, and keeps its roles when the site is recreated.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource ID, with which the identity is assigned to the site.')
output id string = identity.id

@description('Client ID, with which the site requests tokens. The SID of the SQL user is made from it.')
output clientId string = identity.properties.clientId

@description('Object ID, to which roles are assigned.')
output principalId string = identity.properties.principalId
