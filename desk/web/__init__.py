"""The pages' frame: the application, who is signed in, how a page is drawn and a form is read."""
