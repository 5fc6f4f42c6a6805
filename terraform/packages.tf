# Functions take their code from here because the provider uploads archives one at a time: five
# functions made from files take 25 s, made from objects 5 s.
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
