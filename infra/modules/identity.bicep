// The identity that the site signs in with. It has no password or key: only App Service can get a token for it.

@description('Name of the identity, and of its user in the database.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

// User-assigned, so that it exists before the site and keeps its grants when the site is recreated.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id, by which the site is told to use it.')
output id string = identity.id

@description('Name.')
output name string = identity.name

@description('Client id, by which the site asks for it. Its SQL user has this as its SID.')
output clientId string = identity.properties.clientId

@description('Object id, to which roles are assigned.')
output principalId string = identity.properties.principalId
