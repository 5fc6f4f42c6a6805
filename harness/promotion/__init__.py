"""Deployment to AWS: releases and their promotion."""
