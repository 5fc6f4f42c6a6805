# The functions' archives are uploaded to S3 because the provider uploads files one at a time: creating five
# functions takes 25 s from files, and 5 s from objects.
resource "aws_s3_object" "package" {
  for_each = {
    edge    = var.edge_package
    lambdas = var.lambdas_package
  }

  bucket = aws_s3_bucket.private["packages"].id
  key    = "${each.key}.zip"
  source = each.value
  etag   = filemd5(each.value)
}
