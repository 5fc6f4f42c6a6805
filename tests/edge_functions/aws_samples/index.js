// What AWS's guide shows on its page "Lambda@Edge example functions", in our own words: each does
// what its sample does, with the same calls and the same fields. The event's requestId says which.
"use strict";

const querystring = require("querystring");

const cf = (event) => event.Records[0].cf;
const bucket = (domainName, region, authMethod = "origin-access-identity") => ({
  s3: { domainName, region, authMethod, path: "", customHeaders: {} },
});
const website = (domainName) => ({
  custom: {
    domainName,
    port: 443,
    protocol: "https",
    path: "",
    sslProtocols: ["TLSv1", "TLSv1.1"],
    readTimeout: 5,
    keepaliveTimeout: 5,
    customHeaders: {},
  },
});
const moved = (request, origin) => {
  request.origin = origin;
  const { domainName } = origin.s3 || origin.custom;
  request.headers["host"] = [{ key: "host", value: domainName }];
  return request;
};

const samples = {
  abTest(event, context, callback) {
    const { request } = cf(event);
    if (request.uri !== "/pixel.jpg") return callback(null, request);
    let group = Math.random() < 0.75 ? "control" : "treatment";
    for (const { value } of request.headers.cookie || []) {
      if (value.indexOf("X-Experiment=A") >= 0) group = "control";
      else if (value.indexOf("X-Experiment=B") >= 0) group = "treatment";
    }
    request.uri = `/experiment/${group}-pixel.jpg`;
    callback(null, request);
  },
  overrideAResponseHeader(event, context, callback) {
    const { response } = cf(event);
    if (response.headers["x-amz-meta-last-modified"]) {
      response.headers["last-modified"] = [response.headers["x-amz-meta-last-modified"][0]];
    }
    callback(null, response);
  },
  serveStaticContent(event, context, callback) {
    callback(null, {
      status: "200",
      statusDescription: "OK",
      headers: {
        "cache-control": [{ key: "Cache-Control", value: "max-age=100" }],
        "content-type": [{ key: "Content-Type", value: "text/html" }],
      },
      body: "<!DOCTYPE html><title>Static</title>",
    });
  },
  redirect(event, context, callback) {
    callback(null, {
      status: "302",
      statusDescription: "Found",
      headers: { location: [{ key: "Location", value: "https://docs.example.com/" }] },
    });
  },
  addAHeaderByQueryString(event, context, callback) {
    const { request } = cf(event);
    const { auth } = querystring.parse(request.querystring);
    if (auth) request.headers["auth-header"] = [{ key: "Auth-Header", value: auth }];
    callback(null, request);
  },
  normalizeTheQueryString(event, context, callback) {
    const { request } = cf(event);
    const params = querystring.parse(request.querystring.toLowerCase());
    const sorted = {};
    Object.keys(params).sort().forEach((key) => (sorted[key] = params[key]));
    request.querystring = querystring.stringify(sorted);
    callback(null, request);
  },
  signIn(event, context, callback) {
    const { request } = cf(event);
    const cookies = {};
    for (const { value } of request.headers.cookie || []) {
      for (const pair of value.split(";")) cookies[pair.split("=")[0].trim()] = pair.split("=")[1];
    }
    if (cookies["session-id"]) return callback(null, request);
    const asked = encodeURIComponent(
      request.querystring ? `${request.uri}?${request.querystring}` : request.uri,
    );
    callback(null, {
      status: "302",
      statusDescription: "Found",
      headers: {
        location: [{ key: "Location", value: `https://www.example.com/signin?redirect_url=${asked}` }],
      },
    });
  },
  redirectByCountry(event, context, callback) {
    const { request } = cf(event);
    const country = request.headers["cloudfront-viewer-country"];
    const url = country && { TW: "https://tw.example.com/", US: "https://us.example.com/" }[country[0].value];
    callback(null, {
      status: "302",
      statusDescription: "Found",
      headers: { location: [{ key: "Location", value: url || "https://example.com/" }] },
    });
  },
  versionByDevice(event, context, callback) {
    const { request } = cf(event);
    const is = (kind) => (request.headers[`cloudfront-is-${kind}-viewer`] || [{}])[0].value === "true";
    const kind = ["desktop", "mobile", "smarttv", "tablet"].find(is);
    if (kind) request.uri = `/${kind}${request.uri}`;
    callback(null, request);
  },
  fromACustomOriginToS3(event, context, callback) {
    const { request } = cf(event);
    const { useS3Origin } = querystring.parse(request.querystring);
    if (useS3Origin !== "true") return callback(null, request);
    callback(null, moved(request, bucket("my-bucket.s3.eu-west-1.amazonaws.com", "", "none")));
  },
  toABucketInAnotherRegion(event, context, callback) {
    const { request } = cf(event);
    const country = request.headers["cloudfront-viewer-country"];
    const region = country && { DE: "eu-central-1", IE: "eu-west-1" }[country[0].value];
    if (region) {
      const domain = `my-bucket-in-${region}.s3.${region}.amazonaws.com`;
      request.origin.s3.region = region;
      request.origin.s3.domainName = domain;
      request.headers["host"] = [{ key: "host", value: domain }];
    }
    callback(null, request);
  },
  fromS3ToACustomOrigin(event, context, callback) {
    const { request } = cf(event);
    const { useCustomOrigin } = querystring.parse(request.querystring);
    if (useCustomOrigin !== "true") return callback(null, request);
    callback(null, moved(request, website("www.example.com")));
  },
  slowlyToAnotherBucket(event, context, callback) {
    const { request } = cf(event);
    const domain = "new-bucket.s3.amazonaws.com";
    if (Math.random() < 2) {
      request.origin.s3.domainName = domain;
      request.headers["host"] = [{ key: "host", value: domain }];
    }
    callback(null, request);
  },
  toAnotherDomainByCountry(event, context, callback) {
    const { request } = cf(event);
    const country = request.headers["cloudfront-viewer-country"];
    if (country && ["GB", "DE", "IE"].includes(country[0].value)) {
      const domain = "eu.example.com";
      request.origin.custom.domainName = domain;
      request.headers["host"] = [{ key: "host", value: domain }];
    }
    callback(null, request);
  },
  errorToAPage(event, context, callback) {
    const { response } = cf(event);
    if (response.status >= 400 && response.status <= 599) {
      response.status = 200;
      response.statusDescription = "OK";
      response.body = "Body generation example";
    }
    callback(null, response);
  },
  errorToARedirect(event, context, callback) {
    const { request, response } = cf(event);
    if (response.status >= 400 && response.status <= 599) {
      response.status = 302;
      response.statusDescription = "Found";
      response.body = "";
      response.headers["location"] = [
        { key: "Location", value: `https://example.com/plan-b/path?${request.querystring}` },
      ];
    }
    callback(null, response);
  },
  readAForm(event, context, callback) {
    const { request } = cf(event);
    if (request.method === "POST") {
      const form = querystring.parse(Buffer.from(request.body.data, "base64").toString());
      for (const name of Object.keys(form)) console.log(`For "${name}" the user submitted "${form[name]}".`);
    }
    callback(null, request);
  },
  changeAForm(event, context, callback) {
    const { request } = cf(event);
    if (request.method === "POST") {
      request.body.action = "replace";
      request.body.encoding = "text";
      request.body.data = JSON.stringify(
        querystring.parse(Buffer.from(request.body.data, "base64").toString()),
      );
    }
    callback(null, request);
  },
};

exports.handler = (event, context, callback) =>
  samples[cf(event).config.requestId](event, context, callback);
