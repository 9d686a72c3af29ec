-- The table behind the Products page. Running this again changes nothing.
IF OBJECT_ID(N'dbo.Products', N'U') IS NULL
CREATE TABLE dbo.Products (
  Id int NOT NULL CONSTRAINT PK_Products PRIMARY KEY,
  Name nvarchar(100) NOT NULL,
  Category nvarchar(50) NOT NULL,
  Price decimal(10, 2) NOT NULL
);
