// Lets a request pass whose token carries a signature of the secret that the store holds.
import crypto from 'crypto';
import cf from 'cloudfront';

const store = cf.kvs();

async function handler(event) {
  const request = event.request;
  const refused = { statusCode: 401, statusDescription: "Unauthorized" };
  const token = request.querystring.token;
  if (!token) {
    console.log("there is no token");
    return refused;
  }
  const parts = token.value.split("."), payload = parts[0], signature = parts[1];
  const secret = await store.get("secret");
  const expected = crypto.createHmac("sha256", secret).update(payload).digest("base64url");
  return signature === expected ? request : refused;
}
