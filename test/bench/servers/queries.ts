// What the servers that are compared with the site ask the database.

export const pageSize = 20
export const countSql = 'SELECT COUNT(*) AS Total FROM dbo.Products'
export const pageSql =
  'SELECT Id, Name, Category, Price FROM dbo.Products ORDER BY Id OFFSET @offset ROWS FETCH NEXT @pageSize ROWS ONLY'
